"""The first tables of the app."""

import blog.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('slug', models.SlugField(editable=False, max_length=140, unique=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], db_index=True, default='draft', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('content', models.TextField()),
                ('featured_image', blog.models.PictureReferenceField(blank=True, editable=False, max_length=500)),
                ('image_text', models.CharField(blank=True, help_text="Read out to those who don't see it. Leave it empty for a mere ornament.", max_length=200, verbose_name='what the image shows')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-published_at', '-created_at', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('status', 'draft')), models.Q(('published_at__isnull', False), ('status', 'published')), _connector='OR'), name='blog_post_published_has_a_date', violation_error_message='What is published has a date of publication, and a draft has none.'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('content', ''), _negated=True)), name='blog_post_says_something', violation_error_message='A post needs a title and content.')],
            },
        ),
    ]
