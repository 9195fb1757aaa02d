import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  parts: [{ on: "/devices/:id", order: 10, scope: "position:read", load: () => import("./known-places") }],
} satisfies Feature;
