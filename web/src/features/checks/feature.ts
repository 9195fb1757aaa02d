import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "rule",
  pages: [
    {
      path: "/check",
      scope: "check:write",
      load: () => import("./check-page"),
      nav: { group: "compliance", order: 10, ...t.check.nav, icon: "goods" },
    },
    {
      path: "/checks",
      scope: "check:read",
      load: () => import("./checks-page"),
      nav: { group: "compliance", order: 20, ...t.checks.nav, icon: "list" },
    },
    { path: "/checks/:id", scope: "check:read", load: () => import("./kept-page") },
  ],
} satisfies Feature;
