import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  pages: [
    {
      path: "/geofences",
      scope: "geofence:read",
      load: () => import("./fences-page"),
      nav: { group: "tracking", order: 30, ...t.fences.nav, icon: "fence" },
    },
  ],
} satisfies Feature;
