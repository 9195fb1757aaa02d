import type { Feature } from "../../ui/feature";

export default {
  context: "user",
  pages: [
    { path: "/sign-in", open: true, load: () => import("./sign-in-page") },
    { path: "/sign-in/:provider", open: true, load: () => import("./provider-page") },
    { path: "/sign-up", open: true, load: () => import("./sign-up-page") },
    { path: "/confirm", open: true, load: () => import("./confirm-page") },
    { path: "/forgot", open: true, load: () => import("./forgot-page") },
    { path: "/reset", open: true, load: () => import("./reset-page") },
    { path: "/first", open: true, load: () => import("./first-page") },
    { path: "/invitation", open: true, load: () => import("./accept-page") },
  ],
} satisfies Feature;
