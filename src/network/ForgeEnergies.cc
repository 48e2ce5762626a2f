#include <fmt/format.h>

#include <algorithm>

#include "network/ForgeFrame.hh"
#include "network/ForgeTree.hh"
#include "network/ForgeWriter.hh"

namespace caloforge::network {
namespace {

class Energies : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    void energies() {
        scale("energy_in_100", "energy", 0.01);
        add("energy_log", "log", {"energy_in_100"});
        scale("energy_in_10", "energy", 0.1);
        add("energy_root", "power", {"energy_in_10"}, {{"exponent", -0.5}});
        add("energy_square", "multiply", {"energy_log", "energy_log"});
        scale("energy_quarter", "energy_square", 0.25);
        add("energy_product", "multiply", {"energy_quarter", "energy_log"});
        scale("energy_cube", "energy_product", 0.25);
        std::vector<std::string> known{"energy_log", "energy_root", "energy_quarter", "energy_cube"};
        for (const std::string& feature : ForgeFrame(draft_).describe()) known.push_back(feature);
        add("energy_features", "concat", known);
        sample("response", distribution("response", "energy_features", false), {1},
               {{"knots", forge_energy_knots}, {"zeros", false}});
        add("deposited_relative", "multiply", {"response", "energy"});
        scale("deposited", "deposited_relative", o_.response / o_.mip);
        // Fluctuations of the response are some per cent.
        logarithm("response_feature", "response", 0, 8, 0);
        std::string features = concat("split_features_0", {"energy_features", "response_feature"});
        std::string parts = "deposited";
        const auto levels = forge_levels(o_.nz);
        for (std::size_t k = 0; k < levels.size(); ++k) parts = level(k, levels[k], parts, features);
        scale("layer_energies", parts, 1);
    }

    /// The shower's width: what its cells have in common beside the centre.
    void width() {
        logarithm("layer_logs", "layer_energies", 0.05, 1.0 / 3, -5.0 / 3);
        const std::string features =
            concat("width_features", {"energy_features", "response_feature", "layer_logs"});
        sample("width_square", distribution("width_square", features, false), {1},
               {{"knots", forge_energy_knots}, {"zeros", false}});
        // At high energies it fluctuates by some per cent.
        logarithm("width_feature", "width_square", 0, 4, -2);
    }

    /// What the cells are told about the whole shower: shifts, gains and weights for every layer.
    void profile() {
        concat("profile", {"width_features", "width_feature"});
        add("profile_hidden", "dense", {"profile"}, {{"units", o_.profile_hidden}});
        add("profile_active", "silu", {"profile_hidden"});
        const std::int64_t each = forge_shifts_per_layer(o_);
        const std::int64_t all = each * static_cast<std::int64_t>(o_.nz);
        add("profile_shifts", "dense", {"profile_active"}, {{"units", all}});
        reshape("shifts", "profile_shifts", {all, 1, 1});
    }

  private:
    static std::string name(const std::string& part, std::size_t k) {
        return fmt::format("split_{}_{}", part, k);
    }

    /// From `parts` (P), MIP, the energies of the parts so far, to those behind level k. What it drew joins
    /// `features`.
    std::string level(std::size_t k, const std::vector<ForgeSplit>& splits, const std::string& parts,
                      std::string& features) {
        const auto n = static_cast<std::int64_t>(splits.size());
        const std::string parents = beside(k, splits, parts);
        const std::string parameters = distributions(k, n, features);
        const auto rows = [&](const char* part, std::int64_t begin, std::int64_t end) {
            return add(name(part, k), "slice", {parameters}, {{"axis", 0}, {"begin", begin}, {"end", end}});
        };
        // Which side is empty counts from what the median share says by itself: networks alone leave a side
        // that expects a thousand MIP empty once in ten thousand, and what is drawn behind that is no shower.
        add(name("share", k), "sigmoid", {rows("location", 2, 3)});
        scale(name("other", k), name("share", k), -1, 1);
        concat(name("medians", k), {name("share", k), name("other", k)});
        add(name("expected", k), "multiply", {name("medians", k), parents});
        scale(name("expected_in_10", k), name("expected", k), 0.1);
        add(name("expected_square", k), "multiply", {name("expected_in_10", k), name("expected_in_10", k)});
        scale(name("expected_more", k), name("expected_square", k), 1, 1);
        add(name("expected_root", k), "power", {name("expected_more", k)}, {{"exponent", 0.5}});
        scale(name("filled", k), name("expected_root", k), -3, 3);
        add(name("emptiness", k), "add", {rows("empty", 0, 2), name("filled", k)});
        scale(name("neither", k), name("share", k), 0);
        concat(name("outcomes", k), {name("emptiness", k), name("neither", k)});
        const std::string outcome = choice(name("outcome", k), name("outcomes", k), {1, n});
        const std::string ratio = sample(name("ratio", k), rows("rule", 2, forge_split_parameters), {1, n},
                                         {{"knots", forge_split_knots}, {"zeros", false}});
        return divided(k, splits, parts, parents, outcome, ratio, features);
    }

    /// "split_beside_<k>" (3, splits): the part that is divided and its neighbours, as networks read them.
    /// Returns the energies that are divided, (1, splits).
    std::string beside(std::size_t k, const std::vector<ForgeSplit>& splits, const std::string& parts) {
        const std::vector<std::size_t> begins = forge_parts(o_.nz)[k];
        const auto n = static_cast<std::int64_t>(splits.size());
        Shape own, before, after;
        for (const ForgeSplit& split : splits) {
            const auto at = std::ranges::find(begins, split.begin) - begins.begin();
            own.push_back(at);
            before.push_back(at - 1);  // -1: nothing
            after.push_back(at + 1 < std::ssize(begins) ? at + 1 : -1);
        }
        Shape all = own;
        all.insert(all.end(), before.begin(), before.end());
        all.insert(all.end(), after.begin(), after.end());
        add(name("around", k), "take", {parts}, {{"index", all}, {"shape", {3, n}}});
        scale(name("beside", k), seen(name("around_seen", k), name("around", k)), 1, -1.5);
        return add(name("parents", k), "take", {parts}, {{"index", own}, {"shape", {1, n}}});
    }

    /// "split_parameters_<k>" (forge_split_parameters, n). What all splits of a level are told goes through a
    /// bottleneck, or its networks learn their showers by heart; what is beside a split, and what follows
    /// from that, is read by the same weights in all of them.
    std::string distributions(std::size_t k, std::int64_t n, const std::string& features) {
        const std::int64_t wide = o_.energy_hidden;
        add(name("told", k), "dense", {features}, {{"units", o_.energy_bottleneck}});
        add(name("told_active", k), "tanh", {name("told", k)});
        add(name("each", k), "dense", {name("told_active", k)}, {{"units", wide * n}});
        reshape(name("each_row", k), name("each", k), {wide, n});
        const auto shared_by_splits = [&](const char* part, const std::string& x, std::int64_t filters,
                                          bool bias) {
            return add(name(part, k), "conv1d", {x}, {{"filters", filters}, {"kernel", {1}}, {"bias", bias}});
        };
        shared_by_splits("local", name("beside", k), wide, false);
        add(name("sum", k), "add", {name("each_row", k), name("local", k)});
        add(name("first", k), "silu", {name("sum", k)});
        shared_by_splits("second", name("first", k), wide, true);
        add(name("second_active", k), "silu", {name("second", k)});
        add(name("hidden", k), "add", {name("first", k), name("second_active", k)});
        shared_by_splits("out", name("hidden", k), forge_split_parameters, false);
        add(name("usual", k), "dense", {"energy_features"}, {{"units", forge_split_parameters * n}});
        reshape(name("usual_rows", k), name("usual", k), {forge_split_parameters, n});
        return add(name("parameters", k), "add", {name("out", k), name("usual_rows", k)});
    }

    /// `outcome`: 0 where the first side is empty, 1 where the other is, 2 where both get some, in the
    /// `ratio`.
    std::string divided(std::size_t k, const std::vector<ForgeSplit>& splits, const std::string& parts,
                        const std::string& parents, const std::string& outcome, const std::string& ratio,
                        std::string& features) {
        scale(name("less", k), outcome, -1, 1);
        scale(name("more", k), outcome, 1, -1);
        add(name("only_other", k), "relu", {name("less", k)});
        add(name("both", k), "relu", {name("more", k)});
        add(name("not_first", k), "add", {name("only_other", k), name("both", k)});
        scale(name("only_first", k), name("not_first", k), -1, 1);
        scale(name("whole", k), ratio, 1, 1);
        add(name("rest", k), "power", {name("whole", k)}, {{"exponent", -1}});
        add(name("gain", k), "multiply", {ratio, name("rest", k)});
        const auto side = [&](const char* part, const char* only, const char* shared) {
            const std::string mixed = name(std::string(part) + "_mixed", k),
                              share = name(std::string(part) + "_share", k);
            add(mixed, "multiply", {name("both", k), name(shared, k)});
            add(share, "add", {mixed, name(only, k)});
            return add(name(part, k), "multiply", {share, parents});
        };
        const std::string first = side("first_part", "only_first", "gain"),
                          second = side("second_part", "only_other", "rest");
        if (k + 1 < forge_levels(o_.nz).size()) feature(k, splits.size(), first, second, features);
        return joined(k, splits, parts, first, second);
    }

    /// By how much the sides differ, as networks read them, from what the conditions say alone.
    void feature(std::size_t k, std::size_t splits, const std::string& first, const std::string& second,
                 std::string& features) {
        const auto n = static_cast<std::int64_t>(splits);
        scale(name("second_back", k), seen(name("second_seen", k), second), -1);
        add(name("difference", k), "add", {seen(name("first_seen", k), first), name("second_back", k)});
        reshape(name("difference_line", k), name("difference", k), {n});
        add(name("mean", k), "dense", {"energy_features"}, {{"units", n}, {"initialiser", "zeros"}});
        add(name("unusual", k), "add", {name("difference_line", k), name("mean", k)});
        add(name("feature", k), "batch_norm", {name("unusual", k)});
        features = concat(name("features", k + 1), {features, name("feature", k)});
    }

    /// The parts in order, those divided replaced by their sides.
    std::string joined(std::size_t k, const std::vector<ForgeSplit>& splits, const std::string& parts,
                       const std::string& first, const std::string& second) {
        const auto all = forge_parts(o_.nz);
        const std::vector<std::size_t>&before = all[k], &after = all[k + 1];
        const auto n = static_cast<std::int64_t>(splits.size());
        reshape(name("first_line", k), first, {n});
        reshape(name("second_line", k), second, {n});
        concat(name("pieces", k), {parts, name("first_line", k), name("second_line", k)});
        Shape index;
        for (const std::size_t begin : after) {
            std::int64_t place = std::ranges::find(before, begin) - before.begin();
            for (std::int64_t i = 0; i < n; ++i) {
                const ForgeSplit& split = splits[static_cast<std::size_t>(i)];
                if (split.begin == begin) place = std::ssize(before) + i;
                if (split.middle == begin) place = std::ssize(before) + n + i;
            }
            index.push_back(place);
        }
        const auto count = static_cast<std::int64_t>(index.size());
        return add(name("parts", k + 1), "take", {name("pieces", k)}, {{"index", index}, {"shape", {count}}});
    }
};

}  // namespace

void write_forge_energies(ForgeDraft& draft) {
    Energies part(draft);
    part.energies();
    part.width();
    part.profile();
}

}  // namespace caloforge::network
