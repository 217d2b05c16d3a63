import { VERSION } from "../version.ts";

export async function run(): Promise<number> {
  process.stdout.write(`${VERSION}\n`);
  return 0;
}
