/** What an audit asks about the machine beyond what stands in files. Implementations: the system, a fixture. */
export interface Machine {
  /** Which of some files (absolute paths) the git repository of a folder tracks; none where there is no repository. */
  tracked(folder: string, files: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of some files git neither tracks nor ignores: the next `git add .` takes them. None where there is no git. */
  untracked(folder: string, files: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of some files git ignores in a folder's repository: they are this machine's alone. None where there is no git. */
  ignored(folder: string, files: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of some files and folders (absolute paths) users beside the owner may change; none where modes say nothing. */
  changeableByOthers(paths: readonly string[]): Promise<ReadonlySet<string>>;
}
