#include "validate/figure/Figures.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "core/AtomicFile.hh"
#include "validate/figure/CurvePlot.hh"
#include "validate/figure/HeatMap.hh"
#include "validate/figure/ProfilePlot.hh"

namespace caloforge::validate {
namespace {

using namespace figure;

struct Drawn {
    std::string file;
    std::string bytes;
};

std::string draw_family(const ProfileFamily& family, const core::Json& drawing) {
    Canvas canvas(column_width, column_height, words(family.name));
    for (const ProfileData& page : family.pages) {
        draw_profile(canvas, page, read_labels(drawing, page.energy));
        canvas.end_page();
    }
    return canvas.finish();
}

std::string draw_all_correlations(const std::vector<CorrelationData>& all, const core::Json& drawing) {
    Canvas canvas(page_width, heat_map_height, "correlations");
    for (const CorrelationData& page : all) {
        draw_correlations(canvas, page, read_labels(drawing, page.energy));
        canvas.end_page();
    }
    return canvas.finish();
}

std::string draw_classifiers(const std::vector<ClassifierData>& classifiers) {
    Canvas canvas(column_width, column_height, "classifiers");
    draw_roc(canvas, classifiers);
    canvas.end_page();
    draw_learning_curves(canvas, classifiers);
    canvas.end_page();
    return canvas.finish();
}

// Names of files, each given once: letters, digits, '.', '_' and '-' of a name stay.
class FileNames {
  public:
    std::string give(std::string name) {
        constexpr std::size_t longest = 100;
        for (char& c : name) {
            const bool kept = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
            if (!kept) c = '_';
        }
        if (name.starts_with('.')) name.front() = '_';  // would be hidden, or lead out of the folder
        name = name.substr(0, longest);
        std::string file = name + ".pdf";
        for (int i = 2; !given_.insert(file).second; ++i) file = fmt::format("{}-{}.pdf", name, i);
        return file;
    }

  private:
    std::set<std::string> given_;
};

}  // namespace

std::vector<std::filesystem::path> write_figures(const core::Json& drawing,
                                                 const std::filesystem::path& folder) {
    std::vector<Drawn> figures;
    FileNames names;
    if (const auto all = read_correlations(drawing); !all.empty())
        figures.push_back({names.give("correlations"), draw_all_correlations(all, drawing)});
    if (const auto all = read_classifiers(drawing); !all.empty())
        figures.push_back({names.give("classifiers"), draw_classifiers(all)});
    for (const ProfileFamily& family : read_profiles(drawing))
        figures.push_back({names.give(family.name), draw_family(family, drawing)});

    std::vector<std::filesystem::path> paths;
    for (const Drawn& figure : figures) {
        paths.push_back(folder / figure.file);
        core::write_text(paths.back(), figure.bytes);
    }
    return paths;
}

}  // namespace caloforge::validate
