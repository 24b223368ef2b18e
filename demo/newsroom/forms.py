"""Forms of the newsroom."""

from __future__ import annotations

from django import forms

from newsroom.models import Article, Comment


class ArticleForm(forms.ModelForm):
    """The form of an article.

    Args:
        may_publish: Whether the form offers the status; otherwise it stays unchanged.
    """

    class Meta:
        model = Article
        fields = ("title", "summary", "body", "status")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 14}),
        }

    def __init__(self, *args, may_publish: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if may_publish:
            # A program that does not send it creates a draft, or leaves the article's status unchanged.
            self.fields["status"].required = False
        else:
            del self.fields["status"]

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.initial.get("status", Article.Status.DRAFT)


class CommentForm(forms.ModelForm):
    class Meta:
        model = Comment
        fields = ("body",)
        labels = {"body": "Your comment"}
        widgets = {"body": forms.Textarea(attrs={"rows": 3})}
