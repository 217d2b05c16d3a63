import { CSHARP } from "./csharp.ts";
import { GO } from "./go.ts";
import { JAVA } from "./java.ts";
import { KOTLIN } from "./kotlin.ts";
import { PHP } from "./php.ts";
import { RUBY } from "./ruby.ts";
import { RUST } from "./rust.ts";
import type { Family } from "../program.ts";
import type { FamilyCatalogue } from "./family.ts";

/** The families whose data stands in one file each; Python's and JavaScript's is in the tables by subject. */
export const MORE_FAMILIES: Readonly<Record<Exclude<Family, "python" | "javascript">, FamilyCatalogue>> = {
  go: GO,
  java: JAVA,
  kotlin: KOTLIN,
  csharp: CSHARP,
  ruby: RUBY,
  rust: RUST,
  php: PHP,
};

/** One part of every such family's data. */
export function ofEach<K extends keyof FamilyCatalogue>(
  part: K,
): Readonly<Record<Exclude<Family, "python" | "javascript">, FamilyCatalogue[K]>> {
  return {
    go: GO[part],
    java: JAVA[part],
    kotlin: KOTLIN[part],
    csharp: CSHARP[part],
    ruby: RUBY[part],
    rust: RUST[part],
    php: PHP[part],
  };
}

/** One part of every such family's data, in one list. */
export function listOfEach<K extends "dropIns" | "marks" | "shapes">(part: K): FamilyCatalogue[K][number][] {
  return Object.values(MORE_FAMILIES).flatMap((family): FamilyCatalogue[K][number][] => [...family[part]]);
}
