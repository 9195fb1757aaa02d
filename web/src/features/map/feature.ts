import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  pages: [
    {
      path: "/map",
      scope: "position:read",
      load: () => import("./map-page"),
      nav: { group: "tracking", order: 10, ...t.map.nav, icon: "map" },
    },
    {
      path: "/devices",
      scope: "device:read",
      load: () => import("../devices/devices-page"),
      nav: { group: "tracking", order: 20, ...t.devices.nav, icon: "device" },
    },
    {
      path: "/geofences",
      scope: "geofence:read",
      load: () => import("../fences/fences-page"),
      nav: { group: "tracking", order: 30, ...t.fences.nav, icon: "fence" },
    },
    {
      path: "/alerts",
      scope: "alert:read",
      load: () => import("../alerts/alerts-page"),
      nav: { group: "tracking", order: 40, ...t.alerts.nav, icon: "bell" },
    },
    {
      path: "/shares",
      scope: "share:write",
      load: () => import("../shares/shares-page"),
      nav: { group: "tracking", order: 50, ...t.shares.nav, icon: "share" },
    },
    { path: "/share", open: "bare", load: () => import("../shares/guest-page") },
    {
      path: "/quarantine",
      scope: "intake:read",
      load: () => import("../quarantine/quarantine-page"),
      nav: { group: "tracking", order: 60, ...t.quarantine.nav, icon: "quarantine" },
    },
    { path: "/devices/:id", scope: "device:read", load: () => import("../devices/device-page") },
  ],
} satisfies Feature;
