import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "common",
  pages: [
    {
      path: "/mail",
      scope: "mail:read",
      load: () => import("./mail-page"),
      nav: { group: "node", order: 10, ...t.mail.nav, icon: "letter" },
    },
  ],
} satisfies Feature;
