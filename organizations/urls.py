"""Sign-in and the own account by plain names (`login`, `account`); everything else as `organizations:<name>`."""

from django.urls import include, path, re_path

from organizations.views import account, factors, logs, people, resets, sheets, units

keeping = (
    [
        path("units/", units.units, name="units"),
        path("units/new/", units.new_unit, name="new_unit"),
        path("units/<int:pk>/", units.unit, name="unit"),
        path("units/<int:pk>/amend/", units.amend_unit, name="amend_unit"),
        path("units/<int:pk>/rename/", units.rename_unit, name="rename_unit"),
        path("units/<int:pk>/merge/", units.merge_units, name="merge_units"),
        path("units/<int:pk>/abolish/", units.abolish_unit, name="abolish_unit"),
        path("people/", people.users, name="users"),
        path("people/new/", people.new_user, name="new_user"),
        path("people/<int:pk>/", people.user, name="user"),
        path("people/<int:pk>/amend/", people.amend_user, name="amend_user"),
        path("people/<int:pk>/reset-password/", resets.reset_password, name="reset_password"),
        path("people/<int:pk>/decide-reset/", resets.decide_reset, name="decide_reset"),
        path("resets/", resets.resets, name="resets"),
        path("people/<int:pk>/appoint/", people.appoint, name="appoint"),
        re_path(rf"^people/(?P<pk>\d{{1,18}})/(?P<name>{'|'.join(people.DEEDS)})/$", people.deed, name="deed"),
        path("posts/", people.posts, name="posts"),
        path("posts/<int:pk>/end/", people.end_post, name="end_post"),
        path("posts/<int:pk>/replace/", people.replace_person, name="replace_person"),
        path("sheets/<str:kind>/", sheets.sheet, name="sheet"),
        path("sheets/<str:kind>/template.xlsx", sheets.template, name="template"),
        path("previews/<int:pk>/", sheets.preview, name="preview"),
        path("previews/<int:pk>/give-up/", sheets.give_up, name="give_up"),
        path("logs/accounts/", logs.events, name="account_events"),
        path("logs/sign-ins/", logs.sign_ins, name="sign_ins"),
        path("logs/takings/", logs.takings, name="takings"),
        path("logs/unusual/", logs.unusual, name="unusual"),
        path("logs/failures/", logs.failures, name="failures"),
    ],
    "organizations",
)
urlpatterns = [
    path("sign-in/", account.sign_in, name="login"),
    path("sign-out/", account.sign_out, name="logout"),
    path("signed-in/", account.signed_in, name="signed_in"),
    path("stay/", account.keep_alive, name="keep_alive"),
    path("account/", account.account, name="account"),
    path("account/post/", account.switch_post, name="switch_post"),
    path("account/read/", account.read_warning, name="read_warning"),
    path("account/sign-ins/end/", account.end_sign_in, name="end_sign_in"),
    path("account/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("account/mail/", account.own_mail, name="own_mail"),
    path("account/password/", account.password, name="password"),
    path("account/second-factor/", factors.second_factor, name="second_factor"),
    path("account/second-factor/code.svg", factors.second_factor_code, name="second_factor_code"),
    path("account/keys/new/", factors.new_key, name="new_key"),
    path("account/keys/<int:pk>/remove/", factors.remove_key, name="remove_key"),
    path("", include(keeping)),
]
