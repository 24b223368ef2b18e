"""The group of editors, who may publish articles."""

from django.db import migrations

GROUP = "Editors"
PERMISSIONS = {
    "publish_article": "Can publish articles",
    "view_article": "Can view article",
    "change_article": "Can change article",
}


def add_editors(apps, schema_editor):
    # Django makes permissions after all migrations, so the ones needed here are made by hand.
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="newsroom", model="article"
    )
    editors, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    permissions = apps.get_model("auth", "Permission").objects
    for codename, name in PERMISSIONS.items():
        permission, _ = permissions.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        editors.permissions.add(permission)


def remove_editors(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add_editors, remove_editors)]
