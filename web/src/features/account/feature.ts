import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "user",
  pages: [
    {
      path: "/profile",
      load: () => import("./profile-page"),
      nav: { group: "you", order: 10, ...t.profile.nav, icon: "person" },
    },
    {
      path: "/security",
      load: () => import("./security-page"),
      nav: { group: "you", order: 20, ...t.security.nav, icon: "shield" },
    },
    {
      path: "/keys",
      scope: "key:read",
      load: () => import("./keys-page"),
      nav: { group: "you", order: 30, ...t.keys.nav, icon: "key" },
    },
    {
      path: "/privacy",
      load: () => import("./privacy-page"),
      nav: { group: "you", order: 40, ...t.privacy.nav, icon: "privacy" },
    },
  ],
} satisfies Feature;
