import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "rule",
  pages: [
    {
      path: "/hs",
      scope: "rule:read",
      load: () => import("./hs-page"),
      nav: { group: "compliance", order: 50, ...t.goods.nav, icon: "search" },
    },
  ],
} satisfies Feature;
