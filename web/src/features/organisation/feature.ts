import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "user",
  pages: [
    {
      path: "/people",
      scope: "user:read",
      load: () => import("./people-page"),
      nav: { group: "organisation", order: 10, ...t.people.nav, icon: "people" },
    },
    {
      path: "/invitations",
      scope: "user:write",
      load: () => import("./invitations-page"),
      nav: { group: "organisation", order: 20, ...t.invitations.nav, icon: "invite" },
    },
    {
      path: "/roles",
      scope: "user:read",
      load: () => import("./roles-page"),
      nav: { group: "organisation", order: 30, ...t.roles.nav, icon: "roles" },
    },
  ],
} satisfies Feature;
