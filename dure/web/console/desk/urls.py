"""The addresses of the desk and of complaints, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import path

from dure.web.console.desk.complaints import complaint_list, complaint_page, complaint_photo
from dure.web.console.desk.joining import join_at_desk
from dure.web.console.desk.log import desk_log
from dure.web.console.desk.member import member
from dure.web.console.desk.searching import desk
from dure.web.console.desk.statement import statement

urlpatterns = [
    path("desk", desk),
    path("desk/join", join_at_desk),
    path("desk/log", desk_log),
    path("desk/looks/<int:look_id>", member),
    path("desk/looks/<int:look_id>/statement", statement),
    path("complaints", complaint_list),
    path("complaints/<int:complaint_id>", complaint_page),
    path("complaints/<int:complaint_id>/photos/<int:photo_id>", complaint_photo),
]
