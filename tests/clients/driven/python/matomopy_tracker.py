from matomopy.tracking import MatomoTracker
from telling import STORY, done

tracker = MatomoTracker(STORY["url"], 1, token_auth=STORY["key"])
tracker.set_visitor_id(STORY["device"]).set_user_id(STORY["user"]).set_custom_timestamp(STORY["time_ms"] // 1000)
tracker.set_url("https://shop.example.de/").set_resolution(1440, 900).set_custom_dimension(1, STORY["properties"]["größe"])
tracker.track_page_view(STORY["page"])
tracker.track_event("Video", "Ansehen", STORY["event"], 2.5)
tracker.track_goal(3, 7.25)
tracker.track_site_search("Größe 😀", "Schuhe", 4)
tracker.track_action("https://shop.example.de/preise.pdf", "download")
tracker.track_content_interaction("click", "Banner", "bild.png", "https://shop.example.de/aktion")
tracker.track_ecommerce_order("B-1", 12.5, items=[["sku", "Schuh", "Schuhe", 12.5, 1]])
tracker.track_ecommerce_cart_update(5.5)
tracker.track_ping()
tracker.enable_bulk_tracking()
for number in range(30):
    tracker.track_event("Gelesen", f"Seite {number}")
tracker.flush()
done()
