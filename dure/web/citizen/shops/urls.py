"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.shops.list_view import shop_list
from dure.web.citizen.shops.map_parts import district_outlines, part
from dure.web.citizen.shops.map_view import near, shop_map
from dure.web.citizen.shops.shelf_view import shelf_rule
from dure.web.citizen.shops.shop_view import favorite, shop_page

urlpatterns: list[URLPattern] = [
    path("shops", shop_list),
    path("shops/map", shop_map),
    path("shops/near", near),
    path("shops/parts/<int:zoom>/<int:column>/<int:row>", part),
    path("shops/outlines", district_outlines),
    path("shops/shelf", shelf_rule),
    path("shops/<str:shop_code>", shop_page),
    path("shops/<str:shop_code>/favorite", favorite),
]
