import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  parts: [
    { on: "/map", order: 10, scope: "position:read", load: () => import("./device-day") },
    { on: "/devices/:id", order: 20, scope: "device:read", load: () => import("./reads") },
  ],
} satisfies Feature;
