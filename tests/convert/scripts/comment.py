from playwright.sync_api import Page, expect


def test_example(page: Page) -> None:
    page.goto(
        "http://127.0.0.1:8000/accounts/login/?next=/newsroom/articles/the-tide-clock-on-harbour-street/"
    )
    page.get_by_role("textbox", name="Username").fill("rita")
    page.get_by_role("textbox", name="Username").press("Tab")
    page.get_by_role("textbox", name="Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Your comment").click()
    page.get_by_label("Your comment").fill("Mine too.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("Mine too.")).to_be_visible()
