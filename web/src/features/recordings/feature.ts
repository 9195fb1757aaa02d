import type { Feature } from "../../ui/feature";

export default {
  context: "device",
  parts: [{ on: "/devices/:id", order: 30, scope: "device:write", load: () => import("./recordings") }],
} satisfies Feature;
