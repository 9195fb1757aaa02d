import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  pages: [
    {
      path: "/shares",
      scope: "share:write",
      load: () => import("./shares-page"),
      nav: { group: "tracking", order: 50, ...t.shares.nav, icon: "share" },
    },
    { path: "/share", open: "bare", load: () => import("./guest-page") },
  ],
} satisfies Feature;
