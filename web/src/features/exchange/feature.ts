import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "rule",
  pages: [
    {
      path: "/exchange-rates",
      scope: "rule:write",
      load: () => import("./rates-page"),
      nav: { group: "compliance", order: 90, ...t.exchange.nav, icon: "scales" },
    },
  ],
} satisfies Feature;
