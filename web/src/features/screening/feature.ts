import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "screening",
  pages: [
    {
      path: "/screenings",
      scope: "screening:read",
      load: () => import("./screening-page"),
      nav: { group: "compliance", order: 60, ...t.screening.nav, icon: "shield" },
    },
    { path: "/screenings/:id", scope: "screening:read", load: () => import("./screened-page") },
  ],
} satisfies Feature;
