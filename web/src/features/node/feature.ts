import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "gateway",
  pages: [
    {
      path: "/dead-letters",
      scope: "node:operate",
      load: () => import("./dead-letters-page"),
      nav: { group: "node", order: 20, ...t.deadLetters.nav, icon: "broken" },
    },
    {
      path: "/health",
      scope: "node:operate",
      load: () => import("./health-page"),
      nav: { group: "node", order: 30, ...t.health.nav, icon: "pulse" },
    },
  ],
} satisfies Feature;
