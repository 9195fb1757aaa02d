import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "rule",
  pages: [
    {
      path: "/packs",
      scope: "rule:write",
      load: () => import("./packs-page"),
      nav: { group: "compliance", order: 70, ...t.packs.nav, icon: "book" },
    },
    { path: "/packs/:id", scope: "rule:read", load: () => import("./pack-page") },
    { path: "/packs/:id/rules/:rule", scope: "rule:read", load: () => import("./rule-page") },
  ],
} satisfies Feature;
