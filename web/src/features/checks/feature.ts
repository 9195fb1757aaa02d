import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  pages: [
    {
      path: "/check",
      scope: "check:write",
      load: () => import("./check-page"),
      nav: { group: "compliance", order: 10, ...t.check.nav, icon: "goods" },
    },
    {
      path: "/checks",
      scope: "check:read",
      load: () => import("./checks-page"),
      nav: { group: "compliance", order: 20, ...t.checks.nav, icon: "list" },
    },
    { path: "/checks/:id", scope: "check:read", load: () => import("./kept-page") },
    {
      path: "/rules",
      scope: "rule:read",
      load: () => import("../rules/rules-page"),
      nav: { group: "compliance", order: 30, ...t.rules.nav, icon: "scales" },
    },
    {
      path: "/coverage",
      scope: "rule:read",
      load: () => import("../rules/coverage-page"),
      nav: { group: "compliance", order: 40, ...t.coverage.nav, icon: "grid" },
    },
    {
      path: "/hs",
      scope: "rule:read",
      load: () => import("../hs/hs-page"),
      nav: { group: "compliance", order: 50, ...t.goods.nav, icon: "search" },
    },
    {
      path: "/screenings",
      scope: "screening:read",
      load: () => import("../screening/screening-page"),
      nav: { group: "compliance", order: 60, ...t.screening.nav, icon: "shield" },
    },
    { path: "/screenings/:id", scope: "screening:read", load: () => import("../screening/screened-page") },
    {
      path: "/packs",
      scope: "rule:write",
      load: () => import("../packs/packs-page"),
      nav: { group: "compliance", order: 70, ...t.packs.nav, icon: "book" },
    },
    { path: "/packs/:id", scope: "rule:read", load: () => import("../packs/pack-page") },
    { path: "/packs/:id/rules/:rule", scope: "rule:read", load: () => import("../packs/rule-page") },
  ],
} satisfies Feature;
