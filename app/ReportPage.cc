#include "DemoPage.hh"

#include <algorithm>
#include <cmath>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Shipped.hh"

namespace caloforge::app {
namespace {

using core::Json;

constexpr int energy_digits = 4;  ///< significant digits of a cell on the page

/// The shower whose incident energy is nearest to each of `energies`.
std::vector<Json> nearest_events(const data::ShowerSet& set, const std::vector<double>& energies,
                                 double threshold) {
    std::vector<Json> events(energies.size());
    std::vector<double> distance(energies.size(), INFINITY);
    set.for_each_batch(128, [&](const data::ShowerBatch& batch, std::size_t) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            for (std::size_t k = 0; k < energies.size(); ++k) {
                const double off = std::abs(batch.incident[i] - energies[k]);
                if (off >= distance[k]) continue;
                distance[k] = off;
                Json cells = Json::array();
                const auto shower = batch.shower(i);
                for (std::size_t c = 0; c < shower.size(); ++c) {
                    if (shower[c] < threshold) continue;
                    const std::size_t z = c % batch.grid.nz, y = c / batch.grid.nz % batch.grid.ny,
                                      x = c / batch.grid.nz / batch.grid.ny;
                    const double unit = std::pow(10.0, std::floor(std::log10(shower[c])) - energy_digits + 1);
                    cells.push_back({x, y, z, std::round(shower[c] / unit) * unit});
                }
                events[k] = {{"incident", batch.incident[i]}, {"cells", std::move(cells)}};
            }
        }
    });
    return events;
}

void replace(std::string& text, const std::string& token, const std::string& value) {
    const auto place = text.find(token);
    if (place == std::string::npos)
        throw core::InputError("the page template lacks " + token + ". Is the installation whole?");
    text.replace(place, token.size(), value);
}

/// "</script>" or "<!--" inside a text would end or hide the data element: every "<" of the JSON is written
/// as an escape.
std::string escape_for_script(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) c == '<' ? out.append("\\u003c") : out.append(1, c);
    return out;
}

std::string template_part(const std::string& extension) {
    return core::read_text(core::find_shipped({"page template", "web", extension}, "demo"));
}

}  // namespace

Json pick_event_pairs(const data::ShowerSet& reference, const data::ShowerSet& candidate, std::size_t pairs,
                      double threshold) {
    std::vector<float> incident;
    reference.for_each_batch(512, [&](const data::ShowerBatch& batch, std::size_t) {
        incident.insert(incident.end(), batch.incident.begin(), batch.incident.end());
    });
    std::sort(incident.begin(), incident.end());
    std::vector<double> energies;
    for (std::size_t k = 0; k < pairs; ++k)
        energies.push_back(incident[(2 * k + 1) * incident.size() / (2 * pairs)]);
    const auto left = nearest_events(reference, energies, threshold);
    const auto right = nearest_events(candidate, energies, threshold);
    Json out = Json::array();
    for (std::size_t k = 0; k < pairs; ++k) out.push_back({{"reference", left[k]}, {"candidate", right[k]}});
    return out;
}

std::string fill_page(const Json& data) {
    std::string page = template_part(".html");
    replace(page, "/*@CALOFORGE_CSS@*/", template_part(".css"));
    replace(page, "/*@CALOFORGE_JS@*/", template_part(".js"));
    replace(page, "\"@CALOFORGE_DATA@\"", escape_for_script(data.dump()));
    return page;
}

}  // namespace caloforge::app
