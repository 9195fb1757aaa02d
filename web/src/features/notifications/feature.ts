import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "common",
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
  ],
} satisfies Feature;
