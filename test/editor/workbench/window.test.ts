import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { it } from "./it.ts";
import { screenshotInThemes } from "./themes.ts";
import { Workbench } from "./workbench.ts";

describe("a window of the real editor", () => {
  let window: Workbench;
  before(async () => {
    window = await Workbench.open();
  });
  after(() => window.close());

  it("has the packaged extension, installed from its VSIX", async () => {
    const where = await window.run((api) => api.extensions.getExtension("sallyport.sallyport")?.extensionPath);
    assert.match(where ?? "", /extensions[\\/]sallyport\.sallyport-\d/);
  });

  it("shows itself in every theme", async () => {
    await window.openFile("README.md");
    await screenshotInThemes(window, "window");
    assert.equal((await window.caret())?.file, "README.md");
  });
});
