import type { FamilyCatalogue } from "./family.ts";
import { GO_SDKS } from "./sdksGo.ts";

/** Go. Loggers write `Infof`, `Infow`, `InfoContext` and the like for `Info`. */
export const GO: FamilyCatalogue = {
  sdks: GO_SDKS,
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [],
  shapes: [],
  http: /^net\/http#(?:Post|PostForm|DefaultClient\.(?:Post|Do))$|(?:^|[.#])(?:Do|Post|Execute|Dial|DialContext)$/,
  loggers:
    /^(?:log|log\/slog|golang\.org\/x\/exp\/slog|go\.uber\.org\/zap|github\.com\/rs\/zerolog|github\.com\/sirupsen\/logrus|k8s\.io\/klog|github\.com\/golang\/glog|github\.com\/hashicorp\/go-hclog|github\.com\/charmbracelet\/log|github\.com\/go-logr\/logr|github\.com\/go-kit\/(?:kit\/)?log|github\.com\/apex\/log|github\.com\/phuslu\/log|github\.com\/go-kratos\/kratos\/v2\/log|github\.com\/cloudwego\/hertz\/pkg\/common\/hlog|github\.com\/cloudwego\/kitex\/pkg\/klog|github\.com\/inconshreveable\/log15|github\.com\/zeromicro\/go-zero\/core\/logx|github\.com\/gookit\/slog|github\.com\/labstack\/gommon\/log|github\.com\/gofiber\/fiber\/v2\/log)(?:\/|$)/,
  levels: {
    Print: "info",
    Printf: "info",
    Println: "info",
    Output: "info",
    Log: "info",
    LogAttrs: "info",
    Notice: "info",
    Noticef: "info",
    Msg: "info",
    Msgf: "info",
    MsgFunc: "info",
    Send: "info",
    Panic: "error",
    Panicf: "error",
    Panicln: "error",
    DPanic: "error",
    ...levels("Trace", "debug"),
    ...levels("Debug", "debug"),
    ...levels("Info", "info"),
    ...levels("Warn", "error"),
    ...levels("Warning", "error"),
    ...levels("Error", "error"),
    ...levels("Fatal", "error"),
  },
  prints: /^fmt\.(?:Print|Printf|Println|Fprint|Fprintf|Fprintln)$|^print(?:ln)?$/,
  tokens: [],
  fixes: {
    openai:
      "Cheapest fix: pass option.WithMiddleware(…) to openai.NewClient once, or log resp.Model, resp.ID and resp.Usage after the call with slog.InfoContext.",
    anthropic:
      "Cheapest fix: pass option.WithMiddleware(…) to anthropic.NewClient once, or log message.Model, message.ID and message.Usage after the call with slog.InfoContext.",
    bedrock:
      "Cheapest fix: log the model id, out.Usage and the request id of out.ResultMetadata after the call with slog.InfoContext.",
    eino: "Cheapest fix: callbacks.AppendGlobalHandlers(…) once at start-up, with a handler that writes to a log of your own.",
  },
};

/** The forms in which Go's loggers write a level. */
function levels<L extends "debug" | "info" | "error">(name: string, level: L): Record<string, L> {
  return Object.fromEntries(
    ["", "f", "ln", "w", "S", "Ctx", "Context", "Depth", "CtxF"].map((end) => [name + end, level]),
  );
}
