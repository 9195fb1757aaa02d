import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  pages: [
    { path: "/sign-in", open: true, load: () => import("../entry/sign-in-page") },
    { path: "/sign-up", open: true, load: () => import("../entry/sign-up-page") },
    { path: "/confirm", open: true, load: () => import("../entry/confirm-page") },
    { path: "/forgot", open: true, load: () => import("../entry/forgot-page") },
    { path: "/reset", open: true, load: () => import("../entry/reset-page") },
    { path: "/first", open: true, load: () => import("../entry/first-page") },
    { path: "/invitation", open: true, load: () => import("../entry/accept-page") },
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
    {
      path: "/people",
      scope: "user:read",
      load: () => import("../organisation/people-page"),
      nav: { group: "organisation", order: 10, ...t.people.nav, icon: "people" },
    },
    {
      path: "/invitations",
      scope: "user:write",
      load: () => import("../organisation/invitations-page"),
      nav: { group: "organisation", order: 20, ...t.invitations.nav, icon: "invite" },
    },
    {
      path: "/roles",
      scope: "user:read",
      load: () => import("../organisation/roles-page"),
      nav: { group: "organisation", order: 30, ...t.roles.nav, icon: "roles" },
    },
  ],
} satisfies Feature;
