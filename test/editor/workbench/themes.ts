import type { Workbench } from "./workbench.ts";
import { until } from "./until.ts";

/** Each with VS Code's own theme and the class by which the page shows that it is on. */
export const THEMES = {
  dark: { setting: "Default Dark Modern", shownAs: "vs-dark" },
  light: { setting: "Default Light Modern", shownAs: "vs" },
  "high-contrast": { setting: "Default High Contrast", shownAs: "hc-black" },
} as const;

export type Theme = keyof typeof THEMES;

/** Switches the window to a theme and waits until it is painted. */
export async function useTheme(window: Workbench, theme: Theme): Promise<void> {
  const { setting, shownAs } = THEMES[theme];
  await window.run(async (api, name: string) => {
    // The person's settings: the workspace's own are among what is audited.
    const { Global } = api.ConfigurationTarget;
    await api.workspace.getConfiguration("workbench").update("colorTheme", name, Global);
  }, setting);
  await window.page.locator(`.monaco-workbench.${shownAs}`).waitFor();
  await until("the theme's colours", () =>
    window.run((api, kind: string) => kind === String(api.window.activeColorTheme.kind), KINDS[theme]),
  );
}

/** `vscode.ColorThemeKind` */
const KINDS: Record<Theme, string> = { light: "1", dark: "2", "high-contrast": "3" };

/** The same picture in every theme: NAME-dark.png, NAME-light.png, NAME-high-contrast.png. Ends in the dark one. */
export async function screenshotInThemes(window: Workbench, name: string): Promise<void> {
  for (const theme of ["light", "high-contrast", "dark"] as const) {
    await useTheme(window, theme);
    await window.screenshot(`${name}-${theme}`);
  }
}
