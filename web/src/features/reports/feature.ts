import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  pages: [
    {
      path: "/reports",
      scope: "position:read",
      load: () => import("./reports-page"),
      nav: { group: "tracking", order: 45, ...t.reports.nav, icon: "list" },
    },
  ],
} satisfies Feature;
