// The CaloChallenge's binning XML, as arXiv:2410.21611's data sets come with it.
#include <expat.h>
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "data/CaloChallenge.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using Attributes = std::map<std::string, std::string>;
using Layer = geometry::ReadoutRings::Layer;

/// A binning file holds some dozens of layers.
constexpr std::size_t most_bytes = 16 << 20;

template <class Number>
Number number_in(const std::string& word) {
    const auto first = word.find_first_not_of(" \t\r\n"), last = word.find_last_not_of(" \t\r\n");
    Number value{};
    if (first != std::string::npos) {
        const char* end = word.data() + last + 1;
        const auto [stop, failure] = std::from_chars(word.data() + first, end, value);
        if (failure == std::errc{} && stop == end) return value;
    }
    throw InputError(fmt::format("`{}` is no number. Is one missing?", word));
}

Layer read_layer(const Attributes& given) {
    const auto text = [&](const char* name) {
        const auto found = given.find(name);
        if (found == given.end())
            throw InputError(
                fmt::format("a Layer lacks `{}` (`id`, `r_edges` and `n_bin_alpha` are wanted).", name));
        return found->second;
    };
    Layer layer;
    layer.id = number_in<int>(text("id"));
    layer.sectors = number_in<std::size_t>(text("n_bin_alpha"));
    const std::string edges = text("r_edges");
    for (std::size_t begin = 0; begin <= edges.size();) {
        const std::size_t end = std::min(edges.find(',', begin), edges.size());
        layer.edges.push_back(number_in<double>(edges.substr(begin, end - begin)));
        begin = end + 1;
    }
    return layer;
}

/// What expat tells, put together. Exceptions must not pass through expat: the first is kept.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& path)
        : path_(path), parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
        if (!parser_) throw core::RunError("no memory for an XML parser.");
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), begin, end);
    }

    std::vector<Binning> read(const std::string& text) {
        const bool ok =
            XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) == XML_STATUS_OK;
        if (problem_.empty() && !ok)
            stop(fmt::format("{}. Is it an XML file?", XML_ErrorString(XML_GetErrorCode(parser_.get()))));
        if (problem_.empty() && parts_.empty())
            stop("it describes no layer. Is it a binning file of the CaloChallenge?");
        if (problem_.empty()) return std::move(parts_);
        throw InputError(fmt::format("{}:{}: {}", path_.string(), line_, problem_));
    }

  private:
    void stop(const std::string& problem) {
        problem_ = problem;
        line_ = XML_GetCurrentLineNumber(parser_.get());
        XML_StopParser(parser_.get(), XML_FALSE);
    }
    template <class Work>
    void guarded(Work work) {
        if (!problem_.empty()) return;
        try {
            work();
        } catch (const InputError& error) {
            stop(error.what());
        }
    }

    static void begin(void* user, const XML_Char* name, const XML_Char** pairs) {
        auto& reader = *static_cast<Reader*>(user);
        reader.guarded([&] {
            Attributes given;
            for (; *pairs; pairs += 2) given[pairs[0]] = pairs[1];
            const std::string element = name;
            if (element == "Particle")
                reader.particle_ = given.contains("name") ? given["name"] : given["pid"];
            if (element != "Layer") return;
            Layer layer = read_layer(given);
            if (layer.edges.size() > 1) reader.layers_.push_back(std::move(layer));
        });
    }
    static void end(void* user, const XML_Char* name) {
        auto& reader = *static_cast<Reader*>(user);
        reader.guarded([&] {
            if (std::string(name) == "Layer" || reader.layers_.empty()) return;
            reader.parts_.push_back({reader.particle_, geometry::ReadoutRings(std::move(reader.layers_))});
            reader.layers_ = {};
        });
    }

    std::filesystem::path path_;
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
    std::string particle_;
    std::vector<Layer> layers_;  ///< of the part that is being read
    std::vector<Binning> parts_;
    std::string problem_;
    std::size_t line_ = 0;
};

}  // namespace

std::vector<Binning> read_binning(const std::filesystem::path& path) {
    const std::string text = core::read_text(path);
    if (text.size() > most_bytes) {
        throw InputError(fmt::format("{} is too large for a binning file ({} bytes). Is it the right file?",
                                     path.string(), text.size()));
    }
    return Reader(path).read(text);
}

}  // namespace caloforge::data
