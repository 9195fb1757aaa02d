import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "common",
  pages: [
    {
      path: "/webhooks",
      scope: "notification:manage",
      load: () => import("./webhooks-page"),
      nav: { group: "organisation", order: 60, ...t.webhooks.nav, icon: "share" },
    },
  ],
} satisfies Feature;
