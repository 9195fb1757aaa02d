import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "device",
  pages: [
    {
      path: "/quarantine",
      scope: "intake:read",
      load: () => import("./quarantine-page"),
      nav: { group: "tracking", order: 60, ...t.quarantine.nav, icon: "quarantine" },
    },
  ],
} satisfies Feature;
