import { add, isEnough, subtract, toBase, type Quantity } from './quantity.ts';
import type { Stock } from './stock.ts';

export interface Ingredient {
  readonly name: string;
  readonly quantity: Quantity;
}

export interface Recipe {
  readonly title: string;
  readonly servings: number;
  readonly ingredients: readonly Ingredient[];
}

/** Scales a recipe to another number of servings. */
export function scale(recipe: Recipe, servings: number): Recipe {
  const factor = servings / recipe.servings;
  const ingredients = recipe.ingredients.map((ingredient) => ({
    name: ingredient.name,
    quantity: {
      amount: ingredient.quantity.amount * factor,
      unit: ingredient.quantity.unit,
    },
  }));
  return { title: recipe.title, servings, ingredients };
}

/** Adds up the ingredients of several recipes. */
export function totals(recipes: readonly Recipe[]): Map<string, Quantity> {
  const result = new Map<string, Quantity>();
  for (const recipe of recipes) {
    for (const ingredient of recipe.ingredients) {
      const known = result.get(ingredient.name);
      if (known === undefined) {
        result.set(ingredient.name, toBase(ingredient.quantity));
      } else {
        result.set(ingredient.name, add(known, ingredient.quantity));
      }
    }
  }
  return result;
}

/** What the pantry lacks for the recipes. */
export function shoppingList(stock: Stock, recipes: readonly Recipe[]): Ingredient[] {
  const list: Ingredient[] = [];
  for (const [name, need] of totals(recipes)) {
    const item = stock.find(name);
    if (item === undefined) {
      list.push({ name, quantity: need });
    } else if (!isEnough(item.quantity, need)) {
      list.push({ name, quantity: subtract(need, item.quantity) });
    }
  }
  return list.sort((a, b) => a.name.localeCompare(b.name));
}

/** True if the pantry holds everything that the recipe needs. */
export function canCook(stock: Stock, recipe: Recipe): boolean {
  return shoppingList(stock, [recipe]).length === 0;
}

/** The recipes that can be cooked now, those with the most ingredients first. */
export function suggestions(stock: Stock, recipes: readonly Recipe[]): Recipe[] {
  return recipes
    .filter((recipe) => canCook(stock, recipe))
    .sort((a, b) => b.ingredients.length - a.ingredients.length);
}
