import process from "node:process";
import { inventoryOf } from "../audit/inventory.ts";
import { auditConfigs } from "../audit/run.ts";
import { SallyportError } from "../core/errors.ts";
import { renderInventoryJson, renderInventoryText } from "../report/inventory.ts";
import { plainLine } from "../report/plain.ts";
import { realEnvironment } from "../system/environment.ts";
import type { Scope } from "./auditRun.ts";
import type { ParsedOptions } from "./optionTable.ts";
import { write } from "./terminal.ts";

/** `sallyport audit --inventory`: what every configured server may act as. Gives the exit code. */
export async function printInventory({ files, roots, home }: Scope, options: ParsedOptions): Promise<number> {
  const format = options.value("format") ?? "text";
  if (format !== "text" && format !== "json") throw new SallyportError("USAGE", "--inventory prints text or json");
  const { configs, problems } = await auditConfigs({ files, roots, home, environment: realEnvironment() });
  const clients = options.values("client");
  const inventory = inventoryOf(configs).filter((one) => clients.length === 0 || clients.includes(one.client));
  const text = format === "json" ? renderInventoryJson(inventory) : renderInventoryText(inventory, Date.now());
  await write(process.stdout, text);
  for (const { file, message } of problems) {
    await write(process.stderr, `sallyport: ${plainLine(file)}: ${plainLine(message)}\n`);
  }
  return problems.length > 0 ? 3 : 0;
}
