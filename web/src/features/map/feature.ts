import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "tracking",
  pages: [
    {
      path: "/map",
      scope: "position:read",
      load: () => import("./map-page"),
      nav: { group: "tracking", order: 10, ...t.map.nav, icon: "map" },
    },
  ],
} satisfies Feature;
