import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  pages: [
    {
      path: "/notifications",
      scope: "notification:read",
      load: () => import("./inbox-page"),
      nav: { group: "you", order: 5, ...t.inbox.nav, icon: "bell" },
    },
    {
      path: "/notifications/preferences",
      scope: "notification:write",
      load: () => import("./preferences-page"),
    },
    {
      path: "/webhooks",
      scope: "notification:manage",
      load: () => import("../webhooks/webhooks-page"),
      nav: { group: "organisation", order: 60, ...t.webhooks.nav, icon: "share" },
    },
  ],
} satisfies Feature;
