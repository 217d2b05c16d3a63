/** The machine as far as paths and variables go. Injected, so that every rule and path is tested for all systems. */
export interface Environment {
  readonly os: "linux" | "macos" | "windows";
  /** Absolute path of the person's home folder, from the operating system's user record. */
  readonly home: string;
  readonly cwd: string;
  /** A variable's value; names are case-insensitive on Windows. */
  variable(name: string): string | undefined;
}
