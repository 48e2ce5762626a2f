#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "validate/figure/Colour.hh"
#include "validate/figure/RichText.hh"
#include "validate/figure/Shapes.hh"

namespace caloforge::validate::figure {

struct Pen {
    Colour colour = ink;
    double width = 0.5;
    bool dashed = false;
};

/// Which point of the text lies at the given place. `across`: 0 left end, 0.5 middle, 1 right end; `up`: 0
/// baseline, 0.5 half the height of a capital, 1 its top. `upright`: the line runs upward.
struct TextStyle {
    double size = font_size;
    double across = 0;
    double up = 0;
    Colour colour = ink;
    bool upright = false;
};

/// Text and the size in which it fits.
struct FittedText {
    RichText text;
    double size = font_size;
};

/// A PDF document in memory, all pages of one size, vectors and text only. Set in DejaVu Sans, or in what
/// fontconfig finds in its place; without any font, in cairo's own letters, ASCII only. The same calls give
/// the same bytes: no time is written. One thread.
class Canvas {
  public:
    /// `title` is for the viewer's window.
    Canvas(double width, double height, const std::string& title);
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    double width() const { return width_; }
    double height() const { return height_; }

    void fill(std::span<const Point> outline, Colour colour);
    void fill(const Box& box, Colour colour);
    void disc(Point centre, double radius, Colour colour);
    void stroke(std::span<const Point> line, const Pen& pen);
    void line(Point from, Point to, const Pen& pen);
    void frame(const Box& box, const Pen& pen);
    /// What `draw` draws appears inside of `box` only.
    void clipped(const Box& box, const std::function<void()>& draw);

    void text(const RichText& text, Point place, const TextStyle& style = {});
    double text_width(const RichText& text, double size = font_size) const;
    /// Shrinks text that is wider than `width` down to the smallest font, then shortens it.
    FittedText fit(const RichText& text, double width, double size = font_size) const;

    void end_page();
    /// The document's bytes; nothing can be drawn afterwards. Throws RunError when drawing failed.
    std::string finish();

  private:
    struct Document;
    std::unique_ptr<Document> document_;
    double width_;
    double height_;
};

}  // namespace caloforge::validate::figure
