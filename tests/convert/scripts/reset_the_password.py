from playwright.sync_api import Page, expect


def test_example(page: Page) -> None:
    page.goto("http://127.0.0.1:8000/accounts/password-reset/")
    page.get_by_role("textbox", name="Email").fill("ada@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading")).to_contain_text("Check your mail")
