import { createBrowserRouter, type RouteObject } from "react-router";
import type { FeaturePage } from "../ui/feature";
import { Broken } from "./broken";
import { pages } from "./features";
import { Guarded } from "./guarded";
import { Home } from "./home";
import { NoSuchPage } from "./no-such-page";
import { OpenLayout } from "./open-layout";
import { Shell } from "./shell";

function routeOf(page: FeaturePage): RouteObject {
  return {
    path: page.path,
    lazy: async () => {
      const { default: Content } = await page.load();
      return { Component: () => <Guarded scope={page.scope} Content={Content} /> };
    },
  };
}

function openRouteOf(page: FeaturePage): RouteObject {
  return { path: page.path, lazy: async () => ({ Component: (await page.load()).default }) };
}

export const router = createBrowserRouter([
  {
    ErrorBoundary: Broken,
    HydrateFallback: () => null,
    children: [
      { Component: OpenLayout, children: pages.filter(({ open }) => open === true).map(openRouteOf) },
      ...pages.filter(({ open }) => open === "bare").map(openRouteOf),
      {
        Component: Shell,
        children: [
          { index: true, Component: Home },
          ...pages.filter((page) => !page.open).map(routeOf),
          { path: "*", Component: NoSuchPage },
        ],
      },
    ],
  },
]);
