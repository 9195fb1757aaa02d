import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "alert",
  pages: [
    {
      path: "/alerts",
      scope: "alert:read",
      load: () => import("./alerts-page"),
      nav: { group: "tracking", order: 40, ...t.alerts.nav, icon: "bell" },
    },
  ],
} satisfies Feature;
