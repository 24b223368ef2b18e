"""The first tables of the app."""

import classroom.names
import django.contrib.auth.models
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Teacher',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.user',),
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Classroom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='classrooms', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClassBookEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('added', 'added'), ('changed', 'changed'), ('removed', 'removed')], max_length=10)),
                ('student_name', models.CharField(max_length=121)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('classroom', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='class_book', to='classroom.classroom')),
            ],
            options={
                'verbose_name_plural': 'class book entries',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ClassroomSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.PositiveSmallIntegerField(default=24, help_text='How many students fit in.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)])),
                ('default_role', models.CharField(choices=[('student', 'Student'), ('representative', 'Class representative'), ('guest', 'Guest student')], default='student', help_text='The role of a student for whom none was chosen.', max_length=20)),
                ('welcomes_by_mail', models.BooleanField(default=True, help_text='Sent to students whose email address is known.', verbose_name='welcome students by email')),
                ('registration_open', models.BooleanField(default=True, help_text="With the classroom's number, while seats are left.", verbose_name='people may register as students')),
            ],
            options={
                'verbose_name_plural': 'classroom settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('capacity__lte', 60)), name='classroom_capacity_is_sensible', violation_error_message='A classroom has between 1 and 60 seats.')],
            },
        ),
        migrations.AddField(
            model_name='classroom',
            name='settings',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='classroom', to='classroom.classroomsettings'),
        ),
        migrations.CreateModel(
            name='Student',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_name', classroom.names.NameField(max_length=60)),
                ('last_name', classroom.names.NameField(max_length=60)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('role', models.CharField(choices=[('student', 'Student'), ('representative', 'Class representative'), ('guest', 'Guest student')], default='student', max_length=20)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('classroom', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='students', to='classroom.classroom')),
                ('person', models.ForeignKey(blank=True, editable=False, help_text='The account of a student who registered by themselves.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['last_name', 'first_name', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='classroom',
            constraint=models.UniqueConstraint(fields=('teacher', 'name'), name='classroom_name_unique_for_teacher', violation_error_message='You have a classroom of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='student',
            constraint=models.UniqueConstraint(fields=('classroom', 'first_name', 'last_name'), name='classroom_student_name_unique', violation_error_message='A student of this name is in the classroom already.'),
        ),
        migrations.AddConstraint(
            model_name='student',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['student', 'representative', 'guest'])), name='classroom_student_role_is_known'),
        ),
    ]
