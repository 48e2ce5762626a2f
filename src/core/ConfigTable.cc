#include "core/ConfigTable.hh"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::core {

/// One table of the file. `values` is a copy that flags may change; `asked` are the keys that were read, with
/// what was answered.
struct ConfigTable::State {
    std::string source;
    std::string prefix;  ///< "train." in [train], "" at the top
    toml::table values;
    toml::table answered;
    std::set<std::string> asked;
    std::map<std::string, std::shared_ptr<State>> children;
    std::map<std::string, std::vector<std::shared_ptr<State>>> arrays;
};

struct ConfigTable::Impl {
    /// "source:line", or "source" for what no file says.
    static std::string place(const State& state, const toml::node* node) {
        const auto line = (node != nullptr ? *node : state.values).source().begin.line;
        return line > 0 ? fmt::format("{}:{}", state.source, line) : state.source;
    }

    static std::string kind(const toml::node& node) {
        std::ostringstream out;
        out << node.type();
        return out.str();
    }

    /// TOML knows nan and inf; no setting of Caloforge makes sense of them.
    template <class T>
    static void check_finite(const ConfigTable& self, const std::string& key, const T& value) {
        if constexpr (std::is_same_v<T, double>) {
            if (!std::isfinite(value))
                self.fail(key, fmt::format("is {} (a finite number is wanted)", value));
        }
    }

    /// Looks a key up, records that it was asked for, and complains when it is of another type or missing.
    template <class T>
    static T get(const ConfigTable& self, const std::string& key, const std::optional<T>& fallback,
                 const char* wanted) {
        State& state = *self.state_;
        state.asked.insert(key);
        const toml::node* node = state.values.get(key);
        std::optional<T> value = fallback;
        if (node != nullptr) {
            value.reset();
            if constexpr (std::is_same_v<T, double>) {
                if (node->is_number()) value = node->value<double>();
            } else {
                value = node->value_exact<T>();
            }
            if (!value) self.fail(key, fmt::format("is of type {} ({} is wanted)", kind(*node), wanted));
            check_finite(self, key, *value);
        }
        if (!value) self.fail(key, fmt::format("is missing ({} is wanted)", wanted));
        state.answered.insert_or_assign(key, *value);
        return *value;
    }

    template <class T>
    static std::vector<T> list(const ConfigTable& self, const std::string& key,
                               const std::optional<std::vector<T>>& fallback, const char* wanted) {
        State& state = *self.state_;
        state.asked.insert(key);
        std::vector<T> out;
        const toml::node* node = state.values.get(key);
        if (node == nullptr) {
            if (!fallback) self.fail(key, fmt::format("is missing ({} is wanted)", wanted));
            out = *fallback;
        } else {
            const toml::array* array = node->as_array();
            if (array == nullptr)
                self.fail(key, fmt::format("is of type {} ({} is wanted)", kind(*node), wanted));
            for (const auto& element : *array) {
                const auto value = element.template value<T>();
                if (!value) self.fail(key, fmt::format("holds a {} ({} is wanted)", kind(element), wanted));
                check_finite(self, key, *value);
                out.push_back(*value);
            }
        }
        toml::array record;
        for (const auto& value : out) record.push_back(value);
        state.answered.insert_or_assign(key, record);
        return out;
    }

    template <class T>
    static void set(ConfigTable& self, const std::string& key, const T& value) {
        const auto dot = key.find('.');
        if (dot == std::string::npos) {
            self.state_->values.insert_or_assign(key, value);
            return;
        }
        ConfigTable child = self.table(key.substr(0, dot));
        set(child, key.substr(dot + 1), value);
    }

    static void finish(const State& state) {
        const std::vector<std::string> valid(state.asked.begin(), state.asked.end());
        for (const auto& [key, node] : state.values) {
            const std::string name(key.str());
            if (state.asked.count(name) != 0) continue;
            throw InputError(fmt::format("{}: unknown key `{}{}` (nothing reads it).{}", place(state, &node),
                                         state.prefix, name, did_you_mean(name, valid)));
        }
        for (const auto& [key, child] : state.children) finish(*child);
        for (const auto& [key, children] : state.arrays) {
            for (const auto& child : children) finish(*child);
        }
    }

    static toml::table effective(const State& state) {
        toml::table out = state.answered;
        for (const auto& [key, child] : state.children) out.insert_or_assign(key, effective(*child));
        for (const auto& [key, children] : state.arrays) {
            toml::array list;
            for (const auto& child : children) list.push_back(effective(*child));
            out.insert_or_assign(key, list);
        }
        return out;
    }
};

ConfigTable ConfigTable::parse(const std::string& text, const std::string& source) {
    auto state = std::make_shared<State>();
    state->source = source;
    try {
        state->values = toml::parse(text, source);
    } catch (const toml::parse_error& error) {
        throw InputError(fmt::format("{}:{}: not valid TOML ({}). Is a quote or a bracket missing?", source,
                                     error.source().begin.line, error.description()));
    }
    return ConfigTable(std::move(state));
}

ConfigTable ConfigTable::load(const std::filesystem::path& path) {
    return parse(read_text(path), path.string());
}

void ConfigTable::set(const std::string& key, bool value) {
    Impl::set(*this, key, value);
}
void ConfigTable::set(const std::string& key, std::int64_t value) {
    Impl::set(*this, key, value);
}
void ConfigTable::set(const std::string& key, double value) {
    Impl::set(*this, key, value);
}
void ConfigTable::set(const std::string& key, const std::string& value) {
    Impl::set(*this, key, value);
}
void ConfigTable::set(const std::string& key, const std::vector<std::string>& value) {
    toml::array list;
    for (const auto& text : value) list.push_back(text);
    Impl::set(*this, key, list);
}

bool ConfigTable::has(const std::string& key) const {
    return state_->values.contains(key);
}

double ConfigTable::number(const std::string& key, std::optional<double> fallback) {
    return Impl::get<double>(*this, key, fallback, "a number");
}
std::int64_t ConfigTable::integer(const std::string& key, std::optional<std::int64_t> fallback) {
    return Impl::get<std::int64_t>(*this, key, fallback, "a whole number");
}
bool ConfigTable::boolean(const std::string& key, std::optional<bool> fallback) {
    return Impl::get<bool>(*this, key, fallback, "true or false");
}
std::string ConfigTable::text(const std::string& key, const std::optional<std::string>& fallback) {
    return Impl::get<std::string>(*this, key, fallback, "a text");
}

std::string ConfigTable::choice(const std::string& key, const std::vector<std::string>& allowed,
                                const std::string& fallback) {
    const std::string value = text(key, fallback);
    for (const auto& candidate : allowed) {
        if (value == candidate) return value;
    }
    fail(key, fmt::format("is \"{}\" (no such choice).{}", value, did_you_mean(value, allowed)));
}

std::vector<double> ConfigTable::numbers(const std::string& key,
                                         const std::optional<std::vector<double>>& fallback) {
    return Impl::list<double>(*this, key, fallback, "a list of numbers");
}
std::vector<std::string> ConfigTable::texts(const std::string& key,
                                            const std::optional<std::vector<std::string>>& fallback) {
    return Impl::list<std::string>(*this, key, fallback, "a list of texts");
}

double ConfigTable::number_in(const std::string& key, double low, double high,
                              std::optional<double> fallback) {
    const double value = number(key, fallback);
    if (!(value >= low && value <= high)) {
        fail(key, fmt::format("is {} (it must lie between {} and {})", value, low, high));
    }
    return value;
}

std::int64_t ConfigTable::integer_in(const std::string& key, std::int64_t low, std::int64_t high,
                                     std::optional<std::int64_t> fallback) {
    const std::int64_t value = integer(key, fallback);
    if (value < low || value > high) {
        fail(key, fmt::format("is {} (it must lie between {} and {})", value, low, high));
    }
    return value;
}

ConfigTable ConfigTable::table(const std::string& key) {
    state_->asked.insert(key);
    auto& child = state_->children[key];
    if (child) return ConfigTable(child);
    child = std::make_shared<State>();
    child->source = state_->source;
    child->prefix = state_->prefix + key + ".";
    if (toml::node* node = state_->values.get(key)) {
        toml::table* values = node->as_table();
        if (values == nullptr) fail(key, fmt::format("is of type {} (a table is wanted)", Impl::kind(*node)));
        child->values = std::move(*values);  // a copy would forget its lines
    }
    return ConfigTable(child);
}

std::vector<ConfigTable> ConfigTable::tables(const std::string& key) {
    state_->asked.insert(key);
    auto& children = state_->arrays[key];
    if (toml::node* node = state_->values.get(key); node != nullptr && children.empty()) {
        toml::array* array = node->as_array();
        if (array == nullptr || (!array->empty() && !array->is_homogeneous(toml::node_type::table))) {
            fail(key, "is not a list of tables (write [[" + state_->prefix + key + "]])");
        }
        for (auto& element : *array) {
            auto child = std::make_shared<State>();
            child->source = state_->source;
            child->prefix = fmt::format("{}{}[{}].", state_->prefix, key, children.size());
            child->values = std::move(*element.as_table());
            children.push_back(std::move(child));
        }
    }
    std::vector<ConfigTable> out;
    for (const auto& child : children) out.push_back(ConfigTable(child));
    return out;
}

void ConfigTable::finish() const {
    Impl::finish(*state_);
}

std::string ConfigTable::effective() const {
    std::ostringstream out;
    out << Impl::effective(*state_) << "\n";
    return out.str();
}

void ConfigTable::fail(const std::string& key, const std::string& problem) const {
    const toml::node* node = state_->values.get(key);
    throw InputError(fmt::format("{}: `{}{}` {}", Impl::place(*state_, node), state_->prefix, key, problem));
}

}  // namespace caloforge::core
