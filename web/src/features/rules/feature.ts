import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "rule",
  pages: [
    {
      path: "/rules",
      scope: "rule:read",
      load: () => import("./rules-page"),
      nav: { group: "compliance", order: 30, ...t.rules.nav, icon: "scales" },
    },
    {
      path: "/coverage",
      scope: "rule:read",
      load: () => import("./coverage-page"),
      nav: { group: "compliance", order: 40, ...t.coverage.nav, icon: "grid" },
    },
  ],
} satisfies Feature;
