/** What is at a path. `other`: a device, socket or pipe; never opened. */
export type EntryKind = "file" | "directory" | "other" | "missing";

export interface Entry {
  /** The last segment of the path. */
  readonly name: string;
  readonly kind: Exclude<EntryKind, "missing">;
  /** True for a symbolic link; `kind` is what it leads to. */
  readonly link: boolean;
}

/**
 * Read access to files, given to the rooms that may not reach the system themselves. Implementations: the disk, a git
 * index, an editor's open documents, a fixture in memory.
 */
export interface Files {
  /**
   * The whole file as bytes. Throws a SallyportError: UNREADABLE (missing, a directory, no permission), TOO_LARGE (over
   * `maxBytes`, found out without reading it).
   */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /**
   * A part of a file, for one that is too large to be read whole: at most `length` bytes from `start`, and the file's size
   * in bytes. Throws UNREADABLE. Where it is absent, the whole file is read instead.
   */
  part?(path: string, start: number, length: number): Promise<{ readonly size: number; readonly bytes: Uint8Array }>;
  kind(path: string): Promise<EntryKind>;
  /** Entries of a directory, in name order. Throws UNREADABLE. */
  list(path: string): Promise<readonly Entry[]>;
}

/** A configuration file beyond this is not one: 8 MiB. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;
